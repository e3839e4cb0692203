"""Taking a batch back, row by row: what it created goes, what it changed returns, what people touched stays."""
