//! tokio-postgres: binary types, prepared statements, portals, COPY, pipelining, cancel, errors.
use std::error::Error;
use std::future::Future;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::{future::join_all, pin_mut, TryStreamExt};
use rust_decimal::Decimal;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;
const HEAVY: &str = "SELECT count(*) FROM orders a, orders b, orders c WHERE a.price + b.price + c.price > 1e9";

macro_rules! same {
    ($found:expr, $expected:expr) => {
        let (found, expected) = ($found, $expected);
        if found != expected {
            return Err(format!("{:?} instead of {:?} (line {})", found, expected, line!()).into());
        }
    };
}

async fn connect() -> Client {
    let of = |name: &str| std::env::var(name).expect(name);
    let words = format!(
        "host={} port={} user={} dbname={} password={}",
        of("PGHOST"), of("PGPORT"), of("PGUSER"), of("PGDATABASE"), of("PGPASSWORD")
    );
    let (client, connection) = tokio_postgres::connect(&words, NoTls).await.expect("connected");
    tokio::spawn(connection);
    client
}

async fn check<F: Future<Output = Outcome>>(title: &str, work: impl FnOnce(Client) -> F) -> bool {
    let start = Instant::now();
    let outcome = match tokio::time::timeout(Duration::from_secs(60), work(connect().await)).await {
        Ok(outcome) => outcome,
        Err(_) => Err("over 60 s".into()),
    };
    match &outcome {
        Ok(()) => println!("ok - {title} ({} ms)", start.elapsed().as_millis()),
        Err(error) => println!("not ok - {title}: {error} {:?}", error.source().map(|e| e.to_string())),
    }
    outcome.is_ok()
}

fn state<T>(outcome: Result<T, tokio_postgres::Error>) -> String {
    match outcome {
        Ok(_) => "no error".into(),
        Err(error) => error.code().map_or(error.to_string(), |code| code.code().into()),
    }
}

async fn reads_every_type(c: Client) -> Outcome {
    let row = c.query_one("SELECT * FROM orders WHERE id = $1", &[&3i64]).await?;
    same!(row.get::<_, String>("_key"), "order:3");
    same!(row.get::<_, i64>("id"), 3);
    same!(row.get::<_, Option<String>>("city"), Some("Lima".to_string()));
    same!(row.get::<_, Decimal>("amount").to_string(), "237.57");
    same!(row.get::<_, f64>("price"), 0.375);
    same!(row.get::<_, bool>("paid"), true);
    same!(row.get::<_, DateTime<Utc>>("created").to_rfc3339(), "2024-01-01T02:21:00+00:00");
    same!(row.get::<_, NaiveDate>("day").to_string(), "2024-01-01");
    same!(row.get::<_, serde_json::Value>("tags"), serde_json::json!(["x", 3]));
    let none = c.query_one("SELECT city FROM orders WHERE id = 61", &[]).await?;
    same!(none.get::<_, Option<String>>(0), None);
    Ok(())
}

async fn reads_arrays(c: Client) -> Outcome {
    let row = c.query_one("SELECT words, numbers FROM v_lists WHERE id = $1", &[&2i64]).await?;
    same!(row.get::<_, Vec<String>>(0), ["a", "c14"]);
    same!(row.get::<_, Vec<Option<i64>>>(1), [Some(2), None, Some(3)]);
    Ok(())
}

async fn binds_parameters(c: Client) -> Outcome {
    let march: DateTime<Utc> = "2024-03-01T00:00:00Z".parse()?;
    let day: NaiveDate = "2024-03-01".parse()?;
    let amount: Decimal = "990.00".parse()?;
    let cases: [(&str, &(dyn ToSql + Sync), i64); 10] = [
        ("id = $1", &7i64, 1),
        ("amount > $1", &amount, 98),
        ("city = $1", &"L'Aquila", 1404),
        ("day = $1", &day, 30),
        ("created >= $1", &march, 8162),
        ("price < $1", &1.5f64, 11),
        ("paid = $1", &true, 3333),
        ("id = ANY($1)", &vec![1i64, 5, 20000], 2),
        ("city = ANY($1)", &vec!["Oslo", "Rome"], 2815),
        ("id < $1::int", &12i32, 11),
    ];
    for (filter, value, count) in cases {
        let row = c.query_one(&format!("SELECT count(*) FROM orders WHERE {filter}"), &[value]).await;
        let row = row.map_err(|error| format!("{filter}: {error:?}"))?;
        same!((filter, row.get::<_, i64>(0)), (filter, count));
    }
    Ok(())
}

async fn describes(c: Client) -> Outcome {
    let s = c.prepare("SELECT id, amount, city FROM orders WHERE city = $1 AND id < $2 LIMIT $3").await?;
    same!(s.params(), [Type::TEXT, Type::INT8, Type::INT8]);
    same!(s.columns().iter().map(|c| c.type_().clone()).collect::<Vec<_>>(), [Type::INT8, Type::NUMERIC, Type::TEXT]);
    same!(s.columns()[1].table_oid().is_some(), true);
    for limit in 1..9i64 {
        same!(c.query(&s, &[&"Oslo", &5000i64, &limit]).await?.len() as i64, limit);
    }
    Ok(())
}

async fn walks_a_portal(mut c: Client) -> Outcome {
    let tx = c.build_transaction().read_only(true).start().await?;
    let portal = tx.bind("SELECT id FROM orders WHERE id <= $1 ORDER BY id", &[&1000i64]).await?;
    let mut seen = 0;
    loop {
        let rows = tx.query_portal(&portal, 77).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            seen += 1;
            same!(row.get::<_, i64>(0), seen);
        }
    }
    same!(seen, 1000);
    tx.commit().await?;
    Ok(())
}

async fn copies_out(c: Client) -> Outcome {
    for (words, least) in [("", 60), ("WITH (FORMAT binary)", 60), ("WITH (FORMAT csv, HEADER)", 61)] {
        let stream = c.copy_out(&format!("COPY (SELECT id, city FROM orders WHERE id <= 60) TO STDOUT {words}")).await?;
        pin_mut!(stream);
        let mut bytes = Vec::new();
        while let Some(part) = stream.try_next().await? {
            bytes.extend_from_slice(&part);
        }
        let lines = bytes.iter().filter(|byte| **byte == 10).count();
        same!(words.contains("binary") || lines == least, true);
        same!(words.contains("binary"), bytes.starts_with(b"PGCOPY"));
    }
    Ok(())
}

async fn pipelines(c: Client) -> Outcome {
    let s = c.prepare("SELECT count(*) FROM orders WHERE id <= $1").await?;
    let runs = (0..40i64).map(|id| {
        let (c, s) = (&c, &s);
        async move { c.query_one(s, &[&id]).await.map(|row| row.get::<_, i64>(0) == id) }
    });
    for right in join_all(runs).await {
        same!(right?, true);
    }
    Ok(())
}

async fn speaks_the_simple_protocol(c: Client) -> Outcome {
    let messages = c.simple_query("SET search_path = public; SELECT id, city FROM orders WHERE id < 3 ORDER BY id; SELECT 1").await?;
    let rows = messages.iter().filter(|message| matches!(message, SimpleQueryMessage::Row(_))).count();
    same!(rows, 3);
    c.batch_execute("").await?;
    c.batch_execute("BEGIN; SELECT 1; COMMIT").await?;
    Ok(())
}

async fn tells_errors(mut c: Client) -> Outcome {
    for (text, expected) in [("SELECT * FROM nope", "42P01"), ("SELECT nope FROM orders", "42703"), ("SELECT 1/0 FROM orders", "22012")] {
        same!((text, state(c.query(text, &[]).await)), (text, expected.to_string()));
    }
    let tx = c.transaction().await?;
    same!(state(tx.query("SELEC", &[]).await), "42601");
    same!(state(tx.query("SELECT 1", &[]).await), "25P02");
    tx.rollback().await?;
    same!(c.query_one("SELECT count(*) FROM customers", &[]).await?.get::<_, i64>(0), 500);
    Ok(())
}

async fn cancels(c: Client) -> Outcome {
    let token = c.cancel_token();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(400)).await;
        token.cancel_query(NoTls).await
    });
    same!(state(c.query(HEAVY, &[]).await), "57014");
    same!(c.query_one("SELECT count(*) FROM customers", &[]).await?.get::<_, i64>(0), 500);
    Ok(())
}

async fn learns_types(c: Client) -> Outcome {
    let row = c.query_one("SELECT table_name, ordinal_position FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'id'", &[]).await?;
    same!(row.get::<_, String>(0), "orders");
    same!(row.get::<_, i32>(1), 2);
    Ok(())
}

#[tokio::main]
async fn main() {
    let outcomes = [
        check("reads every type in binary", reads_every_type).await,
        check("reads arrays", reads_arrays).await,
        check("binds parameters of many types", binds_parameters).await,
        check("describes statements", describes).await,
        check("walks a portal", walks_a_portal).await,
        check("copies out as text, binary, csv", copies_out).await,
        check("pipelines statements", pipelines).await,
        check("speaks the simple protocol", speaks_the_simple_protocol).await,
        check("tells errors", tells_errors).await,
        check("cancels", cancels).await,
        check("learns types that it does not know", learns_types).await,
    ];
    std::process::exit(if outcomes.contains(&false) { 1 } else { 0 });
}
