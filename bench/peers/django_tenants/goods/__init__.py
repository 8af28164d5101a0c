"""What lies in a tenant's schema."""
