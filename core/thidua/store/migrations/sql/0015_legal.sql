-- Documents on awards and the days they are in force.

CREATE TABLE legal_regime (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    code TEXT NOT NULL,
    hash TEXT NOT NULL,
    document JSONB NOT NULL,
    CONSTRAINT pk_legal_regime PRIMARY KEY (id),
    CONSTRAINT uq_legal_regime_province_id_code UNIQUE (province_id, code),
    CONSTRAINT fk_legal_regime_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

ALTER TABLE legal_regime ENABLE ROW LEVEL SECURITY;
CREATE POLICY province ON legal_regime
    USING (province_id = current_setting('app.province_id')::int)
    WITH CHECK (province_id = current_setting('app.province_id')::int);
