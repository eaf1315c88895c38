"""What a log that is kept by hand calls things: the thirteen points, the contacts. Pages, the workbook and its reader
use the same words."""

from __future__ import annotations

# In the order of q01 … q13; each a statement that the one who assesses agrees to or not.
POINTS = {
    "q01": "Anybody I send them is in good hands",
    "q02": "We have known one another for a year or longer",
    "q03": "Each of us can explain three services of the other",
    "q04": "We know one another's families, by name and in person",
    "q05": "Both have offered to bring the other's business forward",
    "q06": "I can name five things that they want to achieve this year",
    "q07": "If it mattered, I could ring them late in the evening",
    "q08": "Asking them for help, at work or at home, comes easily",
    "q09": "Time spent with them is a pleasure",
    "q10": "We have dates in the diary, for work and for leisure",
    "q11": "It makes me glad when they do well",
    "q12": "They come to mind often, unprompted",
    "q13": "We talk frankly about doing more for one another",
}
COMFORT = "Comfort"  # 0–10: how easy the one who assesses feels about sending them somebody
VALUE = "Perceived value"  # 0–10: how much the source gets out of the relationship
SCALE = (0, 10)
CONTACTS = {
    "one_to_one": "One-to-one",
    "help": "Help given",
    "introduction": "Introduction made",
    "testimonial": "Testimonial written",
    "ask": "Asked for a referral or a favour",
    "standing": "Asked where we stand",
}
KINDS = {
    "customer": "Customer",
    "member": "Member",
    "partner": "Partner",
    "personal": "Friend or family",
    "inbound": "Found us",
}
STATUSES = {"open": "Open", "won": "Won", "lost": "Lost"}
