// Package sandboxed runs the tests and calls of one program and reports each outcome over
// descriptor 3. The module under test imports it, under a path that is drawn anew for every run:
// so it is initialised first, and has read the secret before any code of the module runs.
package sandboxed

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
)

const (
	reports    = 3
	setDump    = 4 // PR_SET_DUMPABLE
	stackBytes = 64 << 20
)

var (
	flags    = flag.CommandLine
	masked   []byte // the secret, never in memory as it is but while a line is signed
	mask     []byte
	module   string
	told     = map[any]bool{}
	counters []uint32
	counted  []bool
	writing  sync.Mutex
	written  int
)

// Used lets a file of the module name this package by any name.
const Used = 0

func init() {
	line := firstLine()
	var config struct {
		Secret, Module string
		Skip           []any
	}
	if err := json.Unmarshal(line, &config); err != nil {
		os.Exit(3)
	}
	mask = make([]byte, len(config.Secret))
	random, err := os.ReadFile("/proc/sys/kernel/random/uuid")
	if err != nil {
		os.Exit(3)
	}
	masked = make([]byte, len(config.Secret))
	for i := range mask {
		mask[i] = random[i%36]*31 + byte(i)
		masked[i] = config.Secret[i] ^ mask[i]
	}
	for i := range line {
		line[i] = 0
	}
	module = config.Module + ".go"
	for _, id := range config.Skip {
		told[id] = true
	}
	syscall.CloseOnExec(reports)
	syscall.RawSyscall(syscall.SYS_PRCTL, setDump, 0, 0)
	debug.SetMaxStack(stackBytes)
	testing.Init()
}

func firstLine() []byte {
	line := make([]byte, 0, 1<<16)
	one := make([]byte, 1)
	for {
		n, err := syscall.Read(reports, one)
		if err == syscall.EINTR {
			continue
		}
		if n != 1 || one[0] == '\n' {
			return line
		}
		line = append(line, one[0])
	}
}

func emit(event string, fields map[string]any) {
	fields["event"] = event
	body, err := json.Marshal(fields)
	if err != nil {
		os.Exit(3)
	}
	writing.Lock()
	defer writing.Unlock()
	signed := make([]byte, 0, len(masked)+len(body)+24)
	for i := range masked {
		signed = append(signed, masked[i]^mask[i])
	}
	signed = append(append(append(strconv.AppendInt(append(signed, ':'), int64(written), 10), ':'), body...))
	sum := sha256.Sum256(signed)
	for i := range signed {
		signed[i] = 0
	}
	written++
	line := append(append(body, '\t'), hex.EncodeToString(sum[:8])...)
	line = append(line, '\n')
	for sent := 0; sent < len(line); {
		n, err := syscall.Write(reports, line[sent:])
		if err != nil && err != syscall.EINTR && err != syscall.EAGAIN {
			break
		}
		if n > 0 {
			sent += n
		}
	}
}

// Counters takes the module's coverage counters.
func Counters(given []uint32) int {
	counters, counted = given, make([]bool, len(given))
	return len(given)
}

// Covered reports the blocks that ran since it was last called.
func Covered() {
	found := []int{}
	for i, count := range counters {
		if count > 0 && !counted[i] {
			counted[i] = true
			found = append(found, i)
		}
	}
	emit("coverage", map[string]any{"found": found})
}

// Loaded reports that the module could be initialised.
func Loaded() {
	emit("loaded", map[string]any{"ok": true})
	Covered()
}

// Tests is one test for the real runner, which runs these tests one by one, each under a root of
// its own: so each can be reported when it ends, parallel or not.
func Tests(tests ...testing.InternalTest) []testing.InternalTest {
	flags.VisitAll(func(f *flag.Flag) {
		if strings.HasPrefix(f.Name, "test.") {
			f.Value.Set(f.DefValue)
		}
	})
	flags.Parse(nil)
	return []testing.InternalTest{{Name: "tests", F: func(*testing.T) {
		for _, test := range tests {
			if !told[test.Name] {
				run(test)
				Covered()
			}
		}
		os.Stdout = nil // the runner's own PASS says nothing
	}}}
}

func always(string, string) (bool, error) { return true, nil }

// ending is how a test ended; it passed only if all of it was seen.
type ending struct {
	returned, cleaned, failed, skipped bool
	panicked                           string
	line                               int
}

func run(test testing.InternalTest) {
	emit("start", map[string]any{"id": test.Name})
	stdout := os.Stdout
	// What testing prints goes to a file, and only that: the root of the tests takes what is
	// os.Stdout before the test begins.
	said, err := os.CreateTemp("", "")
	if err == nil {
		os.Remove(said.Name())
		os.Stdout = said
	}
	var end ending
	began := time.Now()
	ok := testing.RunTests(always, []testing.InternalTest{{Name: test.Name, F: func(t *testing.T) {
		os.Stdout = stdout
		follow(t, test.F, &end)
	}}})
	seconds := time.Since(began).Seconds()
	os.Stdout = stdout
	text := ""
	if err == nil {
		text = sayings(said)
		said.Close()
	}
	fields := map[string]any{"id": test.Name, "seconds": seconds}
	switch {
	case ok && end.returned && end.cleaned && !end.failed && !end.skipped:
		fields["outcome"] = "passed"
	case ok && end.cleaned && end.skipped && !end.failed:
		fields["outcome"] = "skipped"
		fields["message"] = text
	case end.panicked != "":
		fields["outcome"], fields["category"] = "failed", "exception"
		fields["message"] = strings.TrimSpace(end.panicked + "\n" + text)
		if end.line > 0 {
			fields["line"] = end.line
		}
	default:
		fields["outcome"], fields["category"] = "failed", "assertion"
		fields["message"] = text
	}
	emit("test", fields)
}

// follow runs the body of a test; a panic fails it and no more than it.
func follow(t *testing.T, body func(*testing.T), end *ending) {
	t.Cleanup(func() {
		end.failed, end.skipped, end.cleaned = t.Failed(), t.Skipped(), true
	})
	defer func() {
		cause := recover()
		switch {
		case cause != nil:
			end.panicked, end.line = describe(cause), lineOfModule()
		case !end.returned && !t.Failed() && !t.Skipped():
			end.panicked = "runtime.Goexit or panic(nil) ended the test"
		}
		if !end.returned && !t.Skipped() {
			t.FailNow()
		}
	}()
	body(t)
	end.returned = true
}

func describe(cause any) string {
	defer func() { recover() }() // a String method of the module may panic too
	return fmt.Sprintf("panic: %v", cause)
}

// lineOfModule is the innermost line of the module on the stack of a panic.
func lineOfModule() int {
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for {
		frame, more := frames.Next()
		if filepath.Base(frame.File) == module {
			return frame.Line
		}
		if !more {
			return 0
		}
	}
}

var placed = regexp.MustCompile(`^\w+\.go:\d+: `)

// sayings is what testing printed about one test, without its own words.
func sayings(file *os.File) string {
	data := make([]byte, 4096)
	n, _ := file.ReadAt(data, 0)
	kept := []string{}
	for _, line := range strings.Split(strings.ToValidUTF8(string(data[:n]), "?"), "\n") {
		line = strings.TrimPrefix(line, "    ")
		if bare := strings.TrimLeft(line, " "); placed.MatchString(bare) {
			line = bare
		}
		if line == "" || strings.HasPrefix(strings.TrimLeft(line, " "), "--- ") || line == "FAIL" {
			continue
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

// Values are the results of a call.
func Values(results ...any) []any { return results }

// Nothing makes a call that has no results.
func Nothing(call func()) []any {
	call()
	return nil
}

// Calls makes the calls one by one and reports each value as plain data.
func Calls(list []func() []any) {
	for index, call := range list {
		if told[float64(index)] {
			continue
		}
		emit("start", map[string]any{"id": index})
		began := time.Now()
		fields := outcome(call)
		fields["index"], fields["seconds"] = index, time.Since(began).Seconds()
		emit("value", fields)
		Covered()
	}
}

func outcome(call func() []any) (fields map[string]any) {
	defer func() {
		if cause := recover(); cause != nil {
			fields = map[string]any{"raised": []string{"panic"}, "message": describe(cause)}
		}
	}()
	results := call()
	if last := len(results) - 1; last >= 0 {
		if err, is := results[last].(error); is {
			name := strings.TrimPrefix(reflect.TypeOf(err).String(), "*")
			return map[string]any{"raised": []string{name}, "message": err.Error()}
		}
		if last > 0 && results[last] == nil {
			results = results[:last]
		}
	}
	if len(results) == 1 {
		value := canonical(reflect.ValueOf(results[0]), 0)
		if value[0] == "other" {
			return map[string]any{"value": value, "text": value[2]}
		}
		return map[string]any{"value": value}
	}
	if len(results) == 0 {
		return map[string]any{"value": []any{"none", nil}}
	}
	return map[string]any{"value": canonical(reflect.ValueOf(results), 0)}
}

func canonical(v reflect.Value, depth int) []any {
	if depth > 100 {
		return []any{"other", "deep", "too deep"}
	}
	switch v.Kind() {
	case reflect.Invalid:
		return []any{"none", nil}
	case reflect.Bool:
		return []any{"bool", v.Bool()}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return []any{"int", strconv.FormatInt(v.Int(), 10)}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return []any{"int", strconv.FormatUint(v.Uint(), 10)}
	case reflect.Float32:
		return []any{"float", floating(v.Float(), 32)}
	case reflect.Float64:
		return []any{"float", floating(v.Float(), 64)}
	case reflect.String:
		return []any{"str", v.String()}
	case reflect.Slice, reflect.Array:
		return sequence(v, depth)
	case reflect.Map:
		return mapping(v, depth)
	case reflect.Interface, reflect.Pointer:
		return pointed(v, depth)
	case reflect.Struct:
		return structure(v, depth)
	}
	return []any{"other", v.Type().String(), fmt.Sprint(v)}
}

func floating(x float64, bits int) string {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return strings.ToLower(strconv.FormatFloat(x, 'g', -1, bits))
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}

// sequence is a list; bytes that are text are a string, as Go programs use them.
func sequence(v reflect.Value, depth int) []any {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		if data := v.Bytes(); utf8.Valid(data) {
			return []any{"str", string(data)}
		}
	}
	items := make([]any, v.Len())
	for i := range items {
		items[i] = canonical(v.Index(i), depth+1)
	}
	return []any{"list", items}
}

// mapping is a dict, or a set if the values hold nothing.
func mapping(v reflect.Value, depth int) []any {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return fmt.Sprint(keys[i]) < fmt.Sprint(keys[j]) })
	empty := v.Type().Elem().Kind() == reflect.Struct && v.Type().Elem().NumField() == 0
	items := make([]any, len(keys))
	for i, key := range keys {
		inner := canonical(key, depth+1)
		if items[i] = inner; !empty {
			items[i] = []any{inner, canonical(v.MapIndex(key), depth+1)}
		}
	}
	if empty {
		return []any{"set", items}
	}
	return []any{"dict", items}
}

func pointed(v reflect.Value, depth int) []any {
	if v.IsNil() {
		return []any{"none", nil}
	}
	if v.Type().String() == "*big.Int" && v.CanInterface() {
		return []any{"int", fmt.Sprint(v.Interface())}
	}
	return canonical(v.Elem(), depth+1)
}

// structure is a dict of the exported fields, under their names in JSON if they have one.
func structure(v reflect.Value, depth int) []any {
	items := []any{}
	for i := 0; i < v.NumField(); i++ {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			name = field.Name
		}
		items = append(items, []any{[]any{"str", name}, canonical(v.Field(i), depth+1)})
	}
	if len(items) == 0 && v.NumField() > 0 {
		return []any{"other", v.Type().String(), fmt.Sprint(v)}
	}
	return []any{"dict", items}
}
