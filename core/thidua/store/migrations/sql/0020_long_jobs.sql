-- Nothing was ever written into it.

DROP TABLE long_job;
