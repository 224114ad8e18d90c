"""The limits of each role, as tables: what it is, how much it may take, what it starts with and what it is denied."""

ATTRIBUTES = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS"

CONNECTION_LIMITS = {"owner": 10, "staff": 100, "public": 100, "backup": 3}

# What a session of each role starts with. A session can change most of them for itself (see README.md, "What an
# injector on the public role can still do"); what it cannot change is said beside it.
SETTINGS = {
    "owner": {
        "search_path": "staff, site",
        "lock_timeout": "'30s'",
        "idle_in_transaction_session_timeout": "'10min'",
    },
    "staff": {
        "search_path": "staff, site",
        "statement_timeout": "'30s'",
        "lock_timeout": "'10s'",
        "idle_in_transaction_session_timeout": "'60s'",
        "temp_file_limit": "'1GB'",  # a superuser's to change
        "join_collapse_limit": "4",  # a paper and its six neighbours take longer to plan than to fetch
    },
    "public": {
        "search_path": "site",
        "default_transaction_read_only": "on",
        "statement_timeout": "'5s'",
        "lock_timeout": "'1s'",
        "idle_in_transaction_session_timeout": "'10s'",
        "temp_file_limit": "'64MB'",  # a superuser's to change: without it one query could fill the disk
    },
    "backup": {
        "search_path": "staff, site",
        "default_transaction_read_only": "on",
    },
}

# The server's log would otherwise quote the statement, the row, the parameters or the value of every error. What
# went wrong is in the application's own log: the kind of error and the place.
QUIET_LOG = {
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
}

# Functions of PostgreSQL's own that nobody needs by default, and the roles that keep them: large objects (a way
# round the grants on tables), locks and messages (a way to hold up signing), sleeping and ending others' sessions,
# and counters and sizes that tell how much there is on the other side of the wall.
KEPT_FUNCTIONS = (
    ("^(lo_.*|loread|lowrite)$", ()),
    ("^(pg_(try_)?advisory_.*|pg_notify|pg_sleep.*)$", ("staff", "owner")),
    ("^(pg_terminate_backend|pg_cancel_backend)$", ()),
    (
        "^(pg_(total_)?relation_size|pg_table_size|pg_indexes_size|pg_database_size|pg_relation_filepath"
        "|pg_stat_get_.*|pg_stat_have_stats|pg_sequence_last_value|pg_get_sequence_data|pg_lock_status"
        "|pg_current_wal_.*|pg_current_xact_id.*|pg_current_snapshot|txid_current.*|pg_get_functiondef"
        "|pg_get_viewdef|pg_get_triggerdef|pg_get_constraintdef)$",
        ("staff", "owner", "backup"),
    ),
)
