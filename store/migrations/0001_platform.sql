-- +goose Up
create schema platform;

-- Facts about this installation: the id of the Temporal namespace that open journeys run in, and so on.
create table platform.facts (
    name       text primary key,
    value      text not null,
    updated_at timestamptz not null default now()
);

-- Answers kept for POST requests that carry an Idempotency-Key, so that a repeat is safe.
create table platform.idempotency_keys (
    org_id       bigint not null,
    key          text   not null check (length(key) between 1 and 255),
    operation    text   not null, -- method and path
    request_hash bytea  not null, -- SHA-256 of the body: another body under the same key is refused
    status       int,             -- null while the first request still runs
    content_type text,
    body         bytea,
    created_at   timestamptz not null default now(),
    primary key (org_id, key)
);
create index idempotency_keys_created on platform.idempotency_keys (created_at); -- purge after 24 h
