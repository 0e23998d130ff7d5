ALTER TABLE result_version ADD COLUMN sentences JSONB DEFAULT '{}' NOT NULL;
