"""Films and sheets of pictures, without a window: of what turns, and of what is learned."""
