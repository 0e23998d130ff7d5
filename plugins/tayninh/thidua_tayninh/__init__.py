"""Tỉnh Tây Ninh: a province made of data files."""
