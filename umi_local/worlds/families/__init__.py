"""The families of worlds, one a module or package, each with its `FAMILY`. A new one is found by itself."""
