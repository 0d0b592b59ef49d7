"""Small N: the package that the chapters, demos and exercises of the course stand on."""
