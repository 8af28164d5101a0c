"""What the simulated Telegram remembers, and the journal that brings it back after a restart."""
