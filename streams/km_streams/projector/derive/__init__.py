"""What rows one scored event stands for. Pure: no database, no clock."""
