"""Texts to try the pages with; nobody is called so."""

from matcher.document import Kind

EXAMPLES = {
    Kind.RESUME: """Robin Example, LPC
Austin, TX

Summary
Licensed Professional Counselor with 6 years of experience with adolescents and families.

Licenses
Licensed Professional Counselor (LPC), Texas, active since 2019

Experience
Outpatient Therapist, Example Counseling Center, Austin, TX, 2019 - present
- TF-CBT and family therapy with adolescents after trauma; weekly DBT skills groups
- Intake assessments, treatment plans and progress notes in SimplePractice
School Counselor Intern, Example High School, 2017 - 2019
- Individual and group counseling; crisis response

Education
M.A. in Clinical Mental Health Counseling, 2018

Languages
Spanish (fluent)
""",
    Kind.POSTING: """Outpatient Therapist (LCSW, LPC or LMFT)
Example Family Services, Austin, TX. Full time, $62,000 - $75,000 a year.

You will provide individual and family therapy to adolescents and young adults in our outpatient clinic, two days a week by telehealth.

Required
- LCSW, LPC or LMFT licensed in Texas; associates are welcome and are supervised at no cost
- Master's degree in a mental-health field
- Experience with trauma, TF-CBT

Preferred
- EMDR, DBT
- Bilingual in Spanish
""",
}
