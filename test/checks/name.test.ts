import test from "ava";
import { standsIn } from "../../src/checks/name.ts";
import { passageOf } from "../../src/checks/passage.ts";

type Found = ReturnType<typeof standsIn>;

const stands = test.macro({
  exec: (t, name: string, text: string, expected: Found) => {
    t.is(standsIn(name, passageOf(text)), expected);
  },
  title: (_, name: string, text: string, expected: Found) =>
    `of ${JSON.stringify(name)} ${expected} stands in ${JSON.stringify(text)}`,
});

test(stands, "Stadtwerke München", "STADTWERKE MÜNCHEN GmbH", "all");
test(stands, "Stadtwerke München", "Stadtwerke Muenchen", "all");
test(stands, "Stadtwerke München", "die Stadtwerke", "some");
test(stands, "Stadtwerke München", "S t a d t w e r k e", "some");
test(stands, "Stadtwerke München", "Mün-\nchen", "some");
test(stands, "Stadtwerke München", "Gasag", "none");
test(stands, "Société Générale", "www.societegenerale.fr", "all");
test(stands, "Telekom GmbH", "Vodafone GmbH", "none");
test(stands, "Bank of America", "Bank of Scotland", "some");
test(stands, "Bank of Utah", "The ministry of health", "none");
test(stands, "H&M", "H & M Hennes", "all");
test(stands, "H&M", "C&A", "none");
test(stands, "DB Fernverkehr AG", "DB", "some");
test(stands, "DB", "LDBS", "none");
test(stands, "DB", "DBVertrieb GmbH", "some");
test(stands, "E.ON SE", "www.eon.de", "some");
test(stands, "E.ON SE", "Neon", "none");
test(stands, "C C", "A C C D", "all");
test(stands, "C C", "A C D", "none");
test(stands, "ﬁnanzamt", "Finanzamt Köln", "all");
test(stands, "Der", "Der Spiegel", "all");
test(stands, "***", "anything", "all");
test(stands, "東京電力株式会社", "東京電力エナジーパートナー", "all");
test(stands, "関西電力株式会社", "北海道ガス株式会社", "none");
test(stands, "การไฟฟ้านครหลวง", "ใบแจ้งค่าไฟฟ้า การไฟฟ้านครหลวง", "all");
test(stands, "한국전력공사", "한국전력공사 전기요금", "all");
test(stands, "Tinkoff", "Выписка по счёту, АО Тинькофф Банк", "some");
test(stands, "Сбербанк", "Statement of Tinkoff Bank", "none");
