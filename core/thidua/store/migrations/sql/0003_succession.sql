-- Reorganisations of units, and who handed over to whom.

CREATE TABLE succession (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    effective_on DATE NOT NULL,
    legal_basis JSONB DEFAULT '[]' NOT NULL,
    provenance TEXT NOT NULL,
    facts TEXT[] DEFAULT '{}' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_succession PRIMARY KEY (id),
    CONSTRAINT uq_succession_province_id_code UNIQUE (province_id, code),
    CONSTRAINT uq_succession_province_id_id UNIQUE (province_id, id),
    CONSTRAINT ck_succession_kind CHECK (kind IN ('merge', 'absorb', 'split', 'transfer', 'rename', 'dissolve', 'function')),
    CONSTRAINT fk_succession_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE succession_link (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    succession_id BIGINT NOT NULL,
    predecessor_id BIGINT NOT NULL,
    successor_id BIGINT,
    share NUMERIC(5, 4) NOT NULL,
    what TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_succession_link PRIMARY KEY (id),
    CONSTRAINT fk_succession_link_province_id_succession_id FOREIGN KEY(province_id, succession_id) REFERENCES succession (province_id, id),
    CONSTRAINT fk_succession_link_province_id_predecessor_id FOREIGN KEY(province_id, predecessor_id) REFERENCES unit (province_id, id),
    CONSTRAINT fk_succession_link_province_id_successor_id FOREIGN KEY(province_id, successor_id) REFERENCES unit (province_id, id),
    CONSTRAINT uq_succession_link_succession_id_predecessor_id_successor_id UNIQUE (succession_id, predecessor_id, successor_id),
    CONSTRAINT ck_succession_link_share CHECK (share >= 0 AND share <= 1),
    CONSTRAINT fk_succession_link_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

ALTER TABLE succession ENABLE ROW LEVEL SECURITY;
CREATE POLICY province ON succession
USING (province_id = current_setting('app.province_id')::int)
WITH CHECK (province_id = current_setting('app.province_id')::int);

ALTER TABLE succession_link ENABLE ROW LEVEL SECURITY;
CREATE POLICY province ON succession_link
USING (province_id = current_setting('app.province_id')::int)
WITH CHECK (province_id = current_setting('app.province_id')::int);
