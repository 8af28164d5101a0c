"""What others have built for the same job, run beside ours: each in an environment of its own."""
