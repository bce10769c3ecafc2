-- +goose Up

-- Colleagues who were asked to join. Only the hash of a link's token is kept.
create table identity.invitations (
    id          bigint generated always as identity primary key,
    org_id      bigint not null references identity.organizations (id),
    email       text not null check (length(email) between 3 and 320),
    email_norm  text not null generated always as (lower(email)) stored,
    name        text not null default '' check (length(name) <= 200),
    role        text not null check (role in ('user', 'admin', 'superadmin')),
    token_hash  bytea not null, -- SHA-256 of 256 random bits
    invited_by  bigint references identity.users (id) on delete set null, -- null: a program
    created_at  timestamptz not null default now(),
    issued_at   timestamptz not null default now(), -- of the present link: sending it again makes a new one
    expires_at  timestamptz not null,
    mailed_at   timestamptz, -- null: the mail could not be sent
    accepted_at timestamptz,
    accepted_by bigint references identity.users (id) on delete set null,
    revoked_at  timestamptz,
    constraint invitations_token_unique unique (token_hash),
    unique (org_id, id)
);
-- One open invitation an address.
create unique index invitations_open_unique on identity.invitations (org_id, email_norm) where accepted_at is null and revoked_at is null;

-- Who wants a new password because the old one is forgotten. The token is made when the mail is sent.
create table identity.password_resets (
    user_id      bigint primary key references identity.users (id) on delete cascade,
    org_id       bigint not null references identity.organizations (id),
    token_hash   bytea,
    requested_at timestamptz not null default now(),
    next_try     timestamptz not null default now(), -- of mailing the link
    mailed_at    timestamptz,
    constraint password_resets_token_unique unique (token_hash)
);
create index password_resets_due on identity.password_resets (next_try) where mailed_at is null; -- the mailer

-- Failed tries to sign in, by the hash of what they have in common. It is not worth a log: after a crash
-- of the database everybody starts afresh.
create unlogged table identity.attempts (
    key     bytea primary key,
    failed  int not null default 0,
    last_at timestamptz not null default now()
);
create index attempts_last on identity.attempts (last_at); -- clean-up

-- What a person recognises a session by.
alter table identity.sessions add column id bigint generated always as identity;
alter table identity.sessions add constraint sessions_id_unique unique (id);
alter table identity.sessions add column seen_at timestamptz not null default now();

-- Empty: the organization's zone; what the browser asks for.
alter table identity.users add column time_zone text not null default '' check (length(time_zone) <= 60);
alter table identity.users add column language text not null default '' check (length(language) <= 35);

-- Captured mails with links that let people in are for those who operate the installation.
alter table messaging.inbox add column private boolean not null default false;
