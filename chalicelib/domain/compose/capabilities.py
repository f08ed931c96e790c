"""Names Linux's capabilities, and those of them that an app may have."""

from __future__ import annotations

GRANTED_ANYWAY = (
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"),
    *("NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
)
"""What Docker gives every container."""
HARMLESS = frozenset((*GRANTED_ANYWAY, "IPC_LOCK", "SYS_NICE"))
"""What a text may add."""
CAPABILITIES = frozenset(
    (
        *HARMLESS,
        *("AUDIT_CONTROL", "AUDIT_READ", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE"),
        *("DAC_READ_SEARCH", "IPC_OWNER", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN"),
        *("MAC_OVERRIDE", "NET_ADMIN", "NET_BROADCAST", "PERFMON", "SYS_ADMIN", "SYS_BOOT"),
        *("SYS_MODULE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME"),
        *("SYS_TTY_CONFIG", "SYSLOG", "WAKE_ALARM"),
    )
)
"""All that Docker takes for a name."""
