"""What every process of Homing needs to run: settings, logs, health, and its connection to Temporal."""
