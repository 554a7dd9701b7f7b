"""The course's small CNN, which many chapters share: in PyTorch, its twin in Keras, its trained weights."""
