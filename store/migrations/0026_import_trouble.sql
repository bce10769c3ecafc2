-- +goose Up

-- Since when an import fails at the same place, and under which number the log has the error; null: it goes on.
alter table crm.imports add column trouble jsonb;
