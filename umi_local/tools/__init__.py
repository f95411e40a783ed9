"""Tools: what a local thing must be to be offered to the models, and the gate that every call passes."""
