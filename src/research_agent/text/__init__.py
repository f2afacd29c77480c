"""What texts are made of, and what makes them safe to show."""
