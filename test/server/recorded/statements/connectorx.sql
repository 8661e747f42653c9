-- [1] simple

;

-- [2] extended
COPY (select id,customer,amount,price,paid,created,day from orders) TO STDOUT WITH BINARY
;

-- [3] extended
COPY (select id,customer,amount,price,paid,created,day from orders) TO STDOUT WITH CSV
;

-- [4] extended
select id,customer,amount,price,paid,created,day from orders
;

-- [5] extended
SELECT min(CXTMPTAB_RANGE.id), max(CXTMPTAB_RANGE.id) FROM (SELECT * FROM orders) AS CXTMPTAB_RANGE
;

-- [6] extended
COPY (SELECT * FROM (SELECT * FROM orders) AS CXTMPTAB_PART WHERE 1 <= CXTMPTAB_PART.id AND CXTMPTAB_PART.id < 2501) TO STDOUT WITH BINARY
;

-- [7] extended
COPY (SELECT * FROM (SELECT id, city, amount FROM orders WHERE city = 'Oslo') AS CXTMPTAB_PART WHERE 1 <= CXTMPTAB_PART.id AND CXTMPTAB_PART.id < 3334) TO STDOUT WITH BINARY
;

-- [8] extended
COPY (select id from orders where id<=5000) TO STDOUT WITH BINARY
;

-- [9] extended
COPY (select id from orders where id>5000) TO STDOUT WITH BINARY
;

-- [10] extended
COPY (select city,count(*) n from orders group by 1 limit 3) TO STDOUT WITH BINARY
;
