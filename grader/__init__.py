"""What instructors run. Reads notebooks as data, and never imports what learners' code runs in."""
