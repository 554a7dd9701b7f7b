"""The front door: makes .venv, fetches what a network is needed for, opens JupyterLab."""
