"""The families of worlds, one a module, each with its `FAMILY`. A new module is found by itself."""
