-- +goose Up
create schema identity;

create table identity.organizations (
    id             bigint generated always as identity primary key,
    name           text not null check (length(name) between 1 and 200),
    time_zone      text not null default 'UTC',
    from_name      text not null default '',  -- default sender of emails
    from_email     text not null default '',
    reply_to       text not null default '',
    postal_address text not null default '',  -- shown at the foot of marketing mail, as anti-spam laws ask
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now()
);

create table identity.users (
    id             bigint generated always as identity primary key,
    email          text not null check (length(email) between 3 and 320),
    email_norm     text not null generated always as (lower(email)) stored,
    name           text not null default '' check (length(name) <= 200),
    password_hash  text not null default '', -- PHC string; empty: no password log-in
    image          text not null default '',
    email_verified boolean not null default false,
    is_blocked     boolean not null default false,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    constraint users_email_unique unique (email_norm)
);

create table identity.org_members (
    org_id     bigint not null references identity.organizations (id),
    user_id    bigint not null references identity.users (id) on delete cascade,
    role       text   not null check (role in ('user', 'admin', 'superadmin')),
    created_at timestamptz not null default now(),
    primary key (org_id, user_id)
);
create index org_members_user on identity.org_members (user_id);

-- Browser sessions. Only the hash of the cookie's token is kept.
create table identity.sessions (
    token_hash bytea primary key,
    data       bytea not null,
    user_id    bigint references identity.users (id) on delete cascade,
    ip         text not null default '',
    user_agent text not null default '',
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
);
create index sessions_user on identity.sessions (user_id);       -- sign out everywhere
create index sessions_expires on identity.sessions (expires_at); -- clean-up

create table identity.api_keys (
    id           bigint generated always as identity primary key,
    org_id       bigint not null references identity.organizations (id),
    name         text not null check (length(name) between 1 and 200),
    prefix       text not null,  -- the first characters, so that a leaked key can be recognised
    key_hash     bytea not null, -- SHA-256; the key has 256 random bits, so no slow hash is needed
    role         text not null check (role in ('user', 'admin')),
    created_by   bigint references identity.users (id) on delete set null,
    created_at   timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at   timestamptz,
    constraint api_keys_hash_unique unique (key_hash),
    unique (org_id, id)
);
