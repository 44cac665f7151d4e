"""The tests: a package of this name, for some installed library may bring one too."""
