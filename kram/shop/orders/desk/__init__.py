"""Orders that the staff writes up for a customer; they hold no stock until they are placed."""
