package cluster

import "syscall"

// endWithParent has Postgres shut down at once when we are killed.
func endWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }
