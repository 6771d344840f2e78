"""The older lessons' way beside the course's way: time, memory and accuracy, measured in one run."""
