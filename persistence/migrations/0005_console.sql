-- What operators did. A row is written once, in the commit of its effect where there is one.

CREATE TABLE audit (
    sequence   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         uuid NOT NULL UNIQUE,
    at         timestamptz NOT NULL,
    actor      text NOT NULL,  -- the API key's id
    actor_name text NOT NULL,  -- as it was called then
    action     text NOT NULL,
    target     text NOT NULL,
    reason     text NOT NULL CHECK (reason <> ''),
    request_id text NOT NULL,
    touched    bigint NOT NULL CHECK (touched >= 0),
    before     json NOT NULL,  -- [{name, value}]
    after      json NOT NULL
);

CREATE FUNCTION souk_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'SK002';
END $$;

CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION souk_refuse_change();
