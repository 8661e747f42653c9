// pgx: every mode of execution, batches, types, COPY, cancel, pools, errors.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

const heavy = "SELECT count(*) FROM orders a, orders b, orders c WHERE a.price + b.price + c.price > 1e9"

var failed = false
var modes = map[string]pgx.QueryExecMode{
	"cache statement": pgx.QueryExecModeCacheStatement,
	"cache describe":  pgx.QueryExecModeCacheDescribe,
	"describe exec":   pgx.QueryExecModeDescribeExec,
	"exec":            pgx.QueryExecModeExec,
	"simple protocol": pgx.QueryExecModeSimpleProtocol,
}

func same(found, expected any) {
	if !reflect.DeepEqual(found, expected) {
		panic(fmt.Sprintf("%v instead of %v", found, expected))
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func state(err error) string {
	var pgError *pgconn.PgError
	if errors.As(err, &pgError) {
		return pgError.Code
	}
	return fmt.Sprint(err)
}

func connect(mode pgx.QueryExecMode) *pgx.Conn {
	config := must(pgx.ParseConfig(""))
	config.DefaultQueryExecMode = mode
	return must(pgx.ConnectConfig(context.Background(), config))
}

func check(title string, work func(ctx context.Context)) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	defer func() {
		if problem := recover(); problem != nil {
			failed = true
			fmt.Printf("not ok - %s: %s\n", title, strings.Join(strings.Fields(fmt.Sprint(problem)), " "))
			return
		}
		fmt.Printf("ok - %s (%d ms)\n", title, time.Since(start).Milliseconds())
	}()
	work(ctx)
}

// order takes every column by type.
type order struct {
	Key      string
	ID       int64
	Customer string
	City     *string
	Amount   pgtype.Numeric
	Price    float64
	Paid     bool
	Created  time.Time
	Day      time.Time
	Tags     []any
}

func readsEveryType(ctx context.Context, c *pgx.Conn) {
	for range 3 {
		rows := must(c.Query(ctx, "SELECT * FROM orders WHERE id = $1", 3))
		found := must(pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[order]))
		same([]any{found.Key, found.ID, found.Customer, *found.City}, []any{"order:3", int64(3), "c21", "Lima"})
		same(must(found.Amount.Value()), "237.57")
		same([]any{found.Price, found.Paid, found.Tags}, []any{0.375, true, []any{"x", 3.0}})
		same(found.Created.UTC().Format(time.RFC3339), "2024-01-01T02:21:00Z")
		same(found.Day.Format(time.DateOnly), "2024-01-01")
	}
	var city *string
	if err := c.QueryRow(ctx, "SELECT city FROM orders WHERE id = 61").Scan(&city); err != nil || city != nil {
		panic(fmt.Sprint(city, err))
	}
}

func bindsParameters(ctx context.Context, c *pgx.Conn) {
	march := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, one := range []struct {
		where string
		value any
		count int64
	}{
		{"id = $1", int64(7), 1},
		{"city = $1", "L'Aquila", 1404},
		{"created >= $1", march, 8162},
		{"price < $1", 1.5, 11},
		{"paid = $1", true, 3333},
		{"id = ANY($1)", []int64{1, 5, 20000}, 2},
		{"city = ANY($1)", []string{"Oslo", "Rome"}, 2815},
		{"customer LIKE $1", "c1%", 2220},
	} {
		var count int64
		err := c.QueryRow(ctx, "SELECT count(*) FROM orders WHERE "+one.where, one.value).Scan(&count)
		if err != nil {
			panic(fmt.Sprint(one.where, ": ", err))
		}
		same(fmt.Sprint(one.where, count), fmt.Sprint(one.where, one.count))
	}
}

func tellsErrors(ctx context.Context, c *pgx.Conn) {
	for text, expected := range map[string]string{
		"SELECT * FROM nope": "42P01", "SELECT nope FROM orders": "42703", "SELEC": "42601", "SELECT 1/0 FROM orders": "22012",
	} {
		_, err := c.Exec(ctx, text)
		same(text+state(err), text+expected)
	}
	same(c.Ping(ctx), nil)
	_, err := c.Exec(ctx, ";")
	same(err, nil)
}

func forEachMode() {
	for name, mode := range modes {
		for title, work := range map[string]func(context.Context, *pgx.Conn){
			"reads every type": readsEveryType, "binds parameters of many types": bindsParameters, "tells errors": tellsErrors,
		} {
			check(title+", "+name, func(ctx context.Context) {
				c := connect(mode)
				defer c.Close(ctx)
				work(ctx, c)
			})
		}
	}
}

func batches(ctx context.Context) {
	c := connect(pgx.QueryExecModeCacheStatement)
	defer c.Close(ctx)
	batch := &pgx.Batch{}
	var seen []int64
	for id := range 20 {
		batch.Queue("SELECT count(*) FROM orders WHERE id <= $1", id).QueryRow(func(row pgx.Row) error {
			var count int64
			err := row.Scan(&count)
			seen = append(seen, count)
			return err
		})
	}
	same(c.SendBatch(ctx, batch).Close(), nil)
	same(len(seen), 20)
	same(seen[19], int64(19))
	wrong := &pgx.Batch{}
	wrong.Queue("SELECT 1")
	wrong.Queue("SELECT 'x'::int")
	same(state(c.SendBatch(ctx, wrong).Close()), "22P02")
	same(c.Ping(ctx), nil)
}

func readsArrays(ctx context.Context) {
	c := connect(pgx.QueryExecModeCacheStatement)
	defer c.Close(ctx)
	var words []string
	var numbers []*int64
	same(c.QueryRow(ctx, "SELECT words, numbers FROM v_lists WHERE id = $1", 2).Scan(&words, &numbers), nil)
	same(words, []string{"a", "c14"})
	same(*numbers[0], int64(2))
	same(numbers[1] == nil, true)
}

func copiesOut(ctx context.Context) {
	c := connect(pgx.QueryExecModeCacheStatement)
	defer c.Close(ctx)
	var out bytes.Buffer
	tag := must(c.PgConn().CopyTo(ctx, &out, "COPY (SELECT id, city FROM orders WHERE id < 4 ORDER BY id) TO STDOUT"))
	same(tag.String(), "COPY 3")
	same(strings.Split(out.String(), "\n")[0], "1\tRome")
}

func refusesCopyIn(ctx context.Context) {
	c := connect(pgx.QueryExecModeCacheStatement)
	defer c.Close(ctx)
	_, err := c.CopyFrom(ctx, pgx.Identifier{"nope"}, []string{"a"}, pgx.CopyFromRows([][]any{{1}}))
	if err == nil {
		panic("no error")
	}
	same(c.Ping(ctx), nil)
}

func cancels(ctx context.Context) {
	c := connect(pgx.QueryExecModeCacheStatement)
	defer c.Close(ctx)
	timer := time.AfterFunc(400*time.Millisecond, func() { _ = c.PgConn().CancelRequest(ctx) })
	defer timer.Stop()
	_, err := c.Exec(ctx, heavy)
	same(state(err), "57014")
	same(c.Ping(ctx), nil)
}

func transactions(ctx context.Context) {
	c := connect(pgx.QueryExecModeCacheStatement)
	defer c.Close(ctx)
	tx := must(c.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly, DeferrableMode: pgx.Deferrable}))
	inner := must(tx.Begin(ctx))
	_, err := inner.Exec(ctx, "SELECT * FROM nope")
	same(state(err), "42P01")
	same(inner.Rollback(ctx), nil)
	var count int64
	same(tx.QueryRow(ctx, "SELECT count(*) FROM customers").Scan(&count), nil)
	same(count, int64(500))
	same(tx.Commit(ctx), nil)
}

func shares(ctx context.Context) {
	pool := must(pgxpool.New(ctx, "pool_max_conns=8"))
	defer pool.Close()
	results := make(chan error, 40)
	for id := range 40 {
		go func() {
			var count int64
			err := pool.QueryRow(ctx, "SELECT count(*) FROM orders WHERE id <= $1", id).Scan(&count)
			if err == nil && count != int64(id) {
				err = fmt.Errorf("%d instead of %d", count, id)
			}
			results <- err
		}()
	}
	for range 40 {
		same(<-results, nil)
	}
}

func streams(ctx context.Context) {
	c := connect(pgx.QueryExecModeCacheStatement)
	defer c.Close(ctx)
	rows := must(c.Query(ctx, "SELECT id, customer, city FROM orders"))
	count := 0
	for rows.Next() {
		count++
	}
	same([]any{count, rows.Err(), rows.CommandTag().String()}, []any{10000, nil, "SELECT 10000"})
}

func main() {
	forEachMode()
	check("sends batches", batches)
	check("reads arrays", readsArrays)
	check("copies out", copiesOut)
	check("refuses to copy in", refusesCopyIn)
	check("cancels", cancels)
	check("nests transactions", transactions)
	check("shares a pool", shares)
	check("streams rows", streams)
	if failed {
		os.Exit(1)
	}
}
