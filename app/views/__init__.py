"""What all stages share in the window: four views, the column, the inspector, the job bar."""
