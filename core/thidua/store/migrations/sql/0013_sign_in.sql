-- What sign-in remembers of an account, and for which domains an appraiser appraises.

ALTER TABLE "user"
    ADD COLUMN must_change_password BOOLEAN DEFAULT 'false' NOT NULL,
    ADD COLUMN tf_last_counter BIGINT,
    ADD COLUMN mf_recovery_codes TEXT[] DEFAULT '{}' NOT NULL,
    ADD COLUMN sso_identity TEXT,
    ADD CONSTRAINT uq_user_sso_identity UNIQUE (sso_identity);

ALTER TABLE membership ADD COLUMN domains TEXT[] DEFAULT '{}' NOT NULL;
