"""What chapters 08 and 20 read of a GPU: a recording where there is one, and hand-made traces."""
