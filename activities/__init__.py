"""Everything that touches the world: classes that are given their clients, with one method per activity."""
