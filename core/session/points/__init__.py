"""Points that stages make of all charts at once: denoised and generated ones."""
