import java.math.BigDecimal;
import java.sql.*;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.*;

/** pgjdbc: all of DatabaseMetaData, fetch size, statements that are named after five runs, binary, cancel, modes. */
public class Pgjdbc {
  interface Work {
    void run() throws Exception;
  }

  static final String HOST = System.getenv("PGHOST"), PORT = System.getenv("PGPORT"), DATABASE = System.getenv("PGDATABASE");
  static final String HEAVY = "SELECT count(*) FROM orders a, orders b, orders c WHERE a.price + b.price + c.price > 1e9";
  static int failed = 0;

  static Connection connect(String words) throws SQLException {
    String url = "jdbc:postgresql://" + HOST + ":" + PORT + "/" + DATABASE + "?" + words;
    return DriverManager.getConnection(url, System.getenv("PGUSER"), System.getenv("PGPASSWORD"));
  }

  static void check(String title, Work work) {
    long start = System.nanoTime();
    try {
      work.run();
      System.out.printf("ok - %s (%d ms)%n", title, (System.nanoTime() - start) / 1_000_000);
    } catch (Throwable error) {
      failed++;
      StackTraceElement own = Arrays.stream(error.getStackTrace()).filter(e -> e.getClassName().startsWith("Pgjdbc")).findFirst().orElse(null);
      System.out.printf("not ok - %s (%s): %s%n", title, own, String.valueOf(error).replaceAll("\\s+", " "));
    }
  }

  static void same(Object found, Object expected) {
    if (!Objects.equals(found, expected)) throw new AssertionError(found + " instead of " + expected);
  }

  static List<Map<String, Object>> rows(ResultSet result) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    ResultSetMetaData meta = result.getMetaData();
    while (result.next()) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) row.put(meta.getColumnLabel(i).toUpperCase(), result.getObject(i));
      rows.add(row);
    }
    return rows;
  }

  static Set<Object> column(ResultSet result, String name) throws SQLException {
    Set<Object> values = new LinkedHashSet<>();
    for (Map<String, Object> row : rows(result)) values.add(row.get(name));
    return values;
  }

  static String state(Work work) throws Exception {
    try {
      work.run();
    } catch (SQLException error) {
      return error.getSQLState();
    }
    throw new AssertionError("no error");
  }

  static Object one(Connection c, String text) throws SQLException {
    try (Statement s = c.createStatement(); ResultSet r = s.executeQuery(text)) {
      r.next();
      return r.getObject(1);
    }
  }

  public static void main(String[] words) {
    for (String mode : List.of("binaryTransfer=true", "binaryTransfer=false", "preferQueryMode=simple", "prepareThreshold=-1"))
      check("reads every type, " + mode, () -> readsEveryType(mode));
    check("names a statement after five runs and goes on", Pgjdbc::preparesAfterFiveRuns);
    check("gives the same rows in text and, from the sixth run on, in binary", Pgjdbc::turnsBinary);
    check("binds parameters of many types", Pgjdbc::bindsParameters);
    check("fetches by pieces", Pgjdbc::fetchesByPieces);
    check("stops at the most rows and closes early", Pgjdbc::stopsEarly);
    check("answers metadata about the server", Pgjdbc::answersAboutServer);
    check("answers metadata about tables", Pgjdbc::answersAboutTables);
    check("answers every other call of DatabaseMetaData", Pgjdbc::answersTheRest);
    check("knows the tables of a result's columns", Pgjdbc::knowsTablesOfColumns);
    check("describes parameters", Pgjdbc::describesParameters);
    check("tells errors and recovers", Pgjdbc::tellsErrors);
    check("saves automatically before each statement", Pgjdbc::autosaves);
    check("cancels by call and by time-out", Pgjdbc::cancels);
    check("is valid, read-only, isolated, in a schema", Pgjdbc::isValid);
    check("reads arrays", Pgjdbc::readsArrays);
    check("copies out", Pgjdbc::copiesOut);
    check("runs several statements and batches are refused", Pgjdbc::runsSeveral);
    check("scrolls over a result", Pgjdbc::scrolls);
    System.exit(failed == 0 ? 0 : 1);
  }

  static void readsEveryType(String mode) throws Exception {
    try (Connection c = connect(mode); PreparedStatement s = c.prepareStatement("SELECT * FROM orders WHERE id = ?")) {
      for (int i = 0; i < 8; i++) {
        s.setLong(1, 3);
        try (ResultSet r = s.executeQuery()) {
          r.next();
          same(r.getString("_key"), "order:3");
          same(r.getLong("id"), 3L);
          same(r.getString("city"), "Lima");
          same(r.getBigDecimal("amount"), new BigDecimal("237.57"));
          same(r.getDouble("price"), 0.375);
          same(r.getBoolean("paid"), true);
          same(r.getObject("created", OffsetDateTime.class).toInstant().toString(), "2024-01-01T02:21:00Z");
          same(r.getObject("day", LocalDate.class), LocalDate.of(2024, 1, 1));
          same(r.getString("tags"), "[\"x\",3]");
          same(r.next(), false);
        }
      }
      same(one(c, "SELECT city FROM orders WHERE id = 61"), null);
    }
  }

  static void preparesAfterFiveRuns() throws Exception {
    try (Connection c = connect("prepareThreshold=5");
        PreparedStatement s = c.prepareStatement("SELECT customer, count(*) OVER () FROM orders WHERE id = ? AND city IS NOT NULL")) {
      for (long id = 1; id <= 12; id++) {
        s.setLong(1, id);
        try (ResultSet r = s.executeQuery()) {
          r.next();
          same(r.getString(1), "c" + id * 7);
          same(r.getLong(2), 1L);
        }
      }
    }
  }

  static void turnsBinary() throws Exception {
    String text = "SELECT id, price, amount, created, day, paid, customer, price::real AS f, id::int AS i FROM orders WHERE id < 20 ORDER BY id";
    try (Connection c = connect(""); PreparedStatement s = c.prepareStatement(text)) {
      List<Map<String, Object>> first = rows(s.executeQuery());
      same(first.size(), 19);
      for (int i = 0; i < 8; i++) same(rows(s.executeQuery()), first);
    }
  }

  static void bindsParameters() throws Exception {
    try (Connection c = connect("")) {
      Map<String, Object> wheres = new LinkedHashMap<>();
      wheres.put("id = ? /*1*/", 7);
      wheres.put("amount > ? /*98*/", new BigDecimal("990.00"));
      wheres.put("city = ? /*1404*/", "L'Aquila");
      wheres.put("day = ? /*30*/", java.sql.Date.valueOf("2024-03-01"));
      wheres.put("day = ? /*30*/ ", LocalDate.of(2024, 3, 1));
      wheres.put("created >= ? /*8162*/", OffsetDateTime.parse("2024-03-01T00:00:00Z"));
      wheres.put("created >= ? /*8162*/ ", Timestamp.from(java.time.Instant.parse("2024-03-01T00:00:00Z")));
      wheres.put("price < ? /*11*/", 1.5);
      wheres.put("paid = ? /*3333*/", true);
      wheres.put("id = ANY(?) /*2*/", c.createArrayOf("bigint", new Long[] {1L, 5L, 20000L}));
      wheres.put("city = ANY(?) /*2815*/", c.createArrayOf("text", new String[] {"Oslo", "Rome"}));
      wheres.put("customer LIKE ? /*2220*/", "c1%");
      for (Map.Entry<String, Object> where : wheres.entrySet())
        try (PreparedStatement s = c.prepareStatement("SELECT count(*) FROM orders WHERE " + where.getKey())) {
          for (int i = 0; i < 7; i++) {
            s.setObject(1, where.getValue());
            ResultSet r = s.executeQuery();
            r.next();
            same(where.getKey() + r.getLong(1), where.getKey() + where.getKey().replaceAll(".*/\\*(\\d+)\\*/.*", "$1"));
          }
        }
    }
  }

  static void fetchesByPieces() throws Exception {
    try (Connection c = connect("")) {
      c.setAutoCommit(false);
      try (PreparedStatement s = c.prepareStatement("SELECT id, customer FROM orders WHERE id <= ? ORDER BY id")) {
        for (int run = 0; run < 7; run++) {
          s.setFetchSize(run % 2 == 0 ? 1000 : 7);
          s.setLong(1, 2000);
          try (ResultSet r = s.executeQuery()) {
            for (long id = 1; id <= 2000; id++) {
              r.next();
              same(r.getLong(1), id);
            }
            same(r.next(), false);
          }
        }
        s.setFetchSize(100);
        s.setLong(1, 300);
        same(rows(s.executeQuery()).size(), 300);
        same(one(c, "SELECT 1"), 1);
      }
      c.commit();
    }
  }

  static void stopsEarly() throws Exception {
    try (Connection c = connect("")) {
      try (Statement s = c.createStatement()) {
        s.setMaxRows(5);
        same(rows(s.executeQuery("SELECT * FROM orders")).size(), 5);
      }
      c.setAutoCommit(false);
      try (Statement s = c.createStatement()) {
        s.setFetchSize(10);
        ResultSet first = s.executeQuery("SELECT id FROM orders ORDER BY id");
        first.next();
        try (Statement other = c.createStatement()) {
          other.setFetchSize(10);
          ResultSet second = other.executeQuery("SELECT id FROM customers ORDER BY id");
          for (int i = 0; i < 25; i++) second.next();
          same(second.getLong(1), 24L);
        }
        for (int i = 0; i < 20; i++) first.next();
        same(first.getLong(1), 21L);
        first.close();
      }
      c.rollback();
      same(one(c, "SELECT count(*) FROM customers"), 500L);
    }
  }

  static void answersAboutServer() throws Exception {
    try (Connection c = connect("")) {
      DatabaseMetaData m = c.getMetaData();
      same(m.getDatabaseProductName(), "PostgreSQL");
      if (m.getDatabaseMajorVersion() < 14) throw new AssertionError(m.getDatabaseProductVersion());
      same(m.getUserName(), System.getenv("PGUSER"));
      if (m.getSQLKeywords().length() < 100 || m.getMaxColumnNameLength() != 63) throw new AssertionError("keywords");
      same(column(m.getCatalogs(), "TABLE_CAT").contains(DATABASE), true);
      same(column(m.getSchemas(), "TABLE_SCHEM").containsAll(Set.of("public", "pg_catalog", "information_schema")), true);
      same(column(m.getSchemas(null, "pub%"), "TABLE_SCHEM"), Set.of("public"));
      same(column(m.getTableTypes(), "TABLE_TYPE").containsAll(Set.of("TABLE", "VIEW")), true);
      if (rows(m.getTypeInfo()).size() < 50) throw new AssertionError("types");
      rows(m.getClientInfoProperties());
    }
  }

  static void answersAboutTables() throws Exception {
    try (Connection c = connect("")) {
      DatabaseMetaData m = c.getMetaData();
      same(column(m.getTables(null, "public", "%", null), "TABLE_NAME").containsAll(Set.of("orders", "customers", "v_city")), true);
      Map<String, Object> orders = rows(m.getTables(DATABASE, "public", "orders", new String[] {"TABLE", "VIEW"})).get(0);
      if (!String.valueOf(orders.get("REMARKS")).contains("order:*")) throw new AssertionError(orders.get("REMARKS"));
      Map<Object, String> types = new HashMap<>();
      for (Map<String, Object> row : rows(m.getColumns(null, "public", "orders", "%")))
        types.put(row.get("COLUMN_NAME"), row.get("TYPE_NAME") + ":" + row.get("DATA_TYPE") + ":" + row.get("COLUMN_SIZE"));
      same(types.size(), 10);
      same(types.get("id"), "int8:" + Types.BIGINT + ":19");
      same(types.get("amount"), "numeric:" + Types.NUMERIC + ":10");
      same(types.get("paid"), "bool:" + Types.BIT + ":1");
      same(types.get("created"), "timestamptz:" + Types.TIMESTAMP + ":35");
      same(column(m.getPrimaryKeys(null, "public", "orders"), "COLUMN_NAME"), Set.of("_key"));
      same(rows(m.getImportedKeys(null, "public", "orders")), List.of());
      same(rows(m.getExportedKeys(null, "public", "orders")), List.of());
      same(rows(m.getCrossReference(null, "public", "orders", null, "public", "customers")), List.of());
      rows(m.getIndexInfo(null, "public", "orders", false, true));
      rows(m.getBestRowIdentifier(null, "public", "orders", DatabaseMetaData.bestRowSession, true));
    }
  }

  static void answersTheRest() throws Exception {
    try (Connection c = connect("")) {
      DatabaseMetaData m = c.getMetaData();
      rows(m.getColumnPrivileges(null, "public", "orders", "%"));
      rows(m.getTablePrivileges(null, "public", "%"));
      rows(m.getVersionColumns(null, "public", "orders"));
      if (rows(m.getProcedures(null, null, "%")).isEmpty() && rows(m.getFunctions(null, "pg_catalog", "upper")).isEmpty()) throw new AssertionError("no functions");
      rows(m.getProcedureColumns(null, "pg_catalog", "upper", "%"));
      same(rows(m.getFunctionColumns(null, "pg_catalog", "upper", "%")).size() >= 2, true);
      rows(m.getUDTs(null, null, "%", null));
      for (Work work : List.<Work>of(() -> rows(m.getSuperTypes(null, null, "%")), () -> rows(m.getSuperTables(null, null, "%")), () -> rows(m.getAttributes(null, null, "%", "%"))))
        same(state(work), "0A000");
      if (m.getMaxConnections() < 0 || m.getDefaultTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) throw new AssertionError("defaults");
    }
  }

  static void knowsTablesOfColumns() throws Exception {
    try (Connection c = connect(""); Statement s = c.createStatement()) {
      ResultSetMetaData m = s.executeQuery("SELECT o.amount AS a, o.id, count(*) OVER () AS n, c.name FROM orders o JOIN customers c ON c._key = 'customer:' || o.customer LIMIT 1").getMetaData();
      org.postgresql.PGResultSetMetaData own = (org.postgresql.PGResultSetMetaData) m;
      same(own.getBaseTableName(1) + own.getBaseColumnName(1), "ordersamount");
      same(own.getBaseTableName(4) + own.getBaseColumnName(4), "customersname");
      same(own.getBaseTableName(3), "");
      same(m.getPrecision(1) + "," + m.getScale(1) + "," + m.getColumnTypeName(1), "10,2,numeric");
      same(m.isAutoIncrement(2), false);
    }
  }

  static void describesParameters() throws Exception {
    try (Connection c = connect(""); PreparedStatement s = c.prepareStatement("SELECT city, sum(amount) FROM orders WHERE id > ? AND city = ? GROUP BY 1 LIMIT ?")) {
      ParameterMetaData p = s.getParameterMetaData();
      same(List.of(p.getParameterTypeName(1), p.getParameterTypeName(2), p.getParameterTypeName(3)), List.of("int8", "text", "int8"));
      ResultSetMetaData m = s.getMetaData();
      same(m.getColumnTypeName(1) + m.getColumnTypeName(2), "textnumeric");
    }
  }

  static void tellsErrors() throws Exception {
    try (Connection c = connect(""); Statement s = c.createStatement()) {
      same(state(() -> s.executeQuery("SELECT * FROM nope")), "42P01");
      same(state(() -> s.executeQuery("SELECT nope FROM orders")), "42703");
      same(state(() -> s.executeQuery("SELEC")), "42601");
      same(state(() -> rows(s.executeQuery("SELECT 1/0 FROM orders"))), "22012");
      c.setAutoCommit(false);
      same(state(() -> s.executeQuery("SELECT * FROM nope")), "42P01");
      same(state(() -> s.executeQuery("SELECT 1")), "25P02");
      c.rollback();
      Savepoint point = c.setSavepoint("here");
      same(state(() -> s.executeQuery("SELECT * FROM nope")), "42P01");
      c.rollback(point);
      same(one(c, "SELECT count(*) FROM customers"), 500L);
      c.releaseSavepoint(point);
      c.commit();
    }
  }

  static void autosaves() throws Exception {
    try (Connection c = connect("autosave=always"); Statement s = c.createStatement()) {
      c.setAutoCommit(false);
      same(one(c, "SELECT 1"), 1);
      same(state(() -> s.executeQuery("SELECT * FROM nope")), "42P01");
      same(one(c, "SELECT count(*) FROM customers"), 500L);
      c.commit();
    }
  }

  static void cancels() throws Exception {
    try (Connection c = connect(""); Statement s = c.createStatement()) {
      Timer timer = new Timer(true);
      timer.schedule(new TimerTask() {
        public void run() {
          try {
            s.cancel();
          } catch (SQLException error) {
            throw new IllegalStateException(error);
          }
        }
      }, 400);
      same(state(() -> rows(s.executeQuery(HEAVY))), "57014");
      s.setQueryTimeout(1);
      same(state(() -> rows(s.executeQuery(HEAVY))), "57014");
      s.setQueryTimeout(0);
      same(one(c, "SELECT count(*) FROM customers"), 500L);
    }
  }

  static void isValid() throws Exception {
    try (Connection c = connect("ApplicationName=suite&options=-c%20statement_timeout=90000")) {
      same(c.isValid(2), true);
      same(c.getSchema(), "public");
      same(c.getCatalog(), DATABASE);
      c.setReadOnly(true);
      c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      same(c.getTransactionIsolation(), Connection.TRANSACTION_SERIALIZABLE);
      same(one(c, "SHOW statement_timeout"), "90s");
      c.setSchema("pg_catalog");
      same(one(c, "SELECT count(*) FROM public.customers"), 500L);
      c.setClientInfo("ApplicationName", "other");
      same(one(c, "SHOW application_name"), "other");
    }
  }

  static void readsArrays() throws Exception {
    try (Connection c = connect(""); PreparedStatement s = c.prepareStatement("SELECT words, numbers FROM v_lists WHERE id = ?")) {
      for (int i = 0; i < 8; i++) {
        s.setLong(1, 2);
        ResultSet r = s.executeQuery();
        r.next();
        same(Arrays.toString((Object[]) r.getArray(1).getArray()), "[a, c14]");
        same(Arrays.toString((Object[]) r.getArray(2).getArray()), "[2, null, 3]");
      }
    }
  }

  static void copiesOut() throws Exception {
    try (Connection c = connect("")) {
      java.io.StringWriter out = new java.io.StringWriter();
      long count = new org.postgresql.copy.CopyManager((org.postgresql.core.BaseConnection) c).copyOut("COPY (SELECT id, city FROM orders WHERE id < 4 ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER)", out);
      same(count, 3L);
      same(out.toString().startsWith("id,city\n1,Rome\n"), true);
    }
  }

  static void runsSeveral() throws Exception {
    try (Connection c = connect(""); Statement s = c.createStatement()) {
      same(s.execute("SELECT 1; SELECT count(*) FROM customers"), true);
      same(s.getMoreResults(), true);
      ResultSet r = s.getResultSet();
      r.next();
      same(r.getLong(1), 500L);
      s.execute("");
      same(s.execute("DEALLOCATE ALL"), false);
      same(s.execute("DISCARD ALL"), false);
      same(one(c, "SELECT count(*) FROM customers"), 500L);
    }
  }

  static void scrolls() throws Exception {
    try (Connection c = connect(""); Statement s = c.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY)) {
      ResultSet r = s.executeQuery("SELECT id FROM orders ORDER BY id LIMIT 10");
      r.last();
      same(r.getRow(), 10);
      r.absolute(3);
      same(r.getLong(1), 3L);
    }
  }
}
