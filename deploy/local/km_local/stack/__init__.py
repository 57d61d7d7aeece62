"""The whole system on one machine: folders, ports, and every task with what it needs."""
