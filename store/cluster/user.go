package cluster

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/mauntic/mauntic/domain"
)

// account is whom the child process runs as. Postgres refuses to run as root.
type account struct {
	name     string
	uid, gid uint32
	switched bool // another user than ours
}

// accountFor returns our own account or, when we are root, the owner of existing database files,
// else the user postgres, else nobody.
func accountFor(data string) (account, error) {
	if uid := os.Geteuid(); uid != 0 {
		return account{name: userName(uid), uid: uint32(uid), gid: uint32(os.Getegid())}, nil
	}
	names := []string{"postgres", "nobody"}
	if info, err := os.Stat(data); err == nil {
		if owner, ok := info.Sys().(*syscall.Stat_t); ok && owner.Uid != 0 {
			names = []string{userName(int(owner.Uid))}
		}
	}
	for _, name := range names {
		if found, err := user.Lookup(name); err == nil {
			return switchedTo(found)
		}
	}
	return account{}, domain.Unavailable("Postgres does not run as root, and this machine has no user %s to run it as.", names[0])
}

func switchedTo(u *user.User) (account, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("read id of user %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("read group of user %s: %w", u.Username, err)
	}
	return account{name: u.Username, uid: uint32(uid), gid: uint32(gid), switched: true}, nil
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return strconv.Itoa(uid)
}

// credential is nil when the child keeps our own user.
func (a account) credential() *syscall.Credential {
	if !a.switched {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

// Reachable says whether the user that Postgres would run as can enter every folder above dir.
// It can't where a checkout lies in root's own home.
func Reachable(dir string) bool {
	who, err := accountFor(filepath.Join(dir, "postgres"))
	return err == nil && who.canEnter(filepath.Dir(absolute(dir)))
}

// canEnter checks folder and all above it. Folders that do not exist yet count as open, since we
// make them so.
func (a account) canEnter(folder string) bool {
	for ; ; folder = filepath.Dir(folder) {
		if info, err := os.Stat(folder); err == nil && !a.mayEnter(info) {
			return false
		}
		if folder == filepath.Dir(folder) {
			return true
		}
	}
}

func (a account) mayEnter(info os.FileInfo) bool {
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return true
	}
	switch mode := info.Mode().Perm(); {
	case owner.Uid == a.uid:
		return mode&0o100 != 0
	case owner.Gid == a.gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// makeFolder creates a folder that only the account may enter.
func makeFolder(path string, owner account) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	return handOver(path, owner)
}

func handOver(path string, owner account) error {
	if !owner.switched {
		return nil
	}
	return os.Chown(path, int(owner.uid), int(owner.gid))
}
