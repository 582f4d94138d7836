"""What a source holds: surfaces, clouds, tables."""
