"""Excel workbooks: reading what people wrote into them, and writing those that people read."""
