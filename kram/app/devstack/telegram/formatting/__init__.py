"""Text with markup into text with entities. Offsets and lengths count UTF-16 code units."""
