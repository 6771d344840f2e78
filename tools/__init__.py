"""What makes the data, the fits and the notebooks."""
